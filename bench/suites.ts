import type { Suite } from './suite.ts';
import { ansible } from './suites/ansible.ts';
import { cli } from './suites/cli.ts';
import { containers } from './suites/containers.ts';
import { hosted } from './suites/hosted.ts';
import { manyStacks } from './suites/many-stacks.ts';
import { mergeRequest } from './suites/merge-request.ts';
import { oci } from './suites/oci.ts';
import { repository } from './suites/repository.ts';
import { server } from './suites/server.ts';
import { standAlone } from './suites/stand-alone.ts';
import { terraform } from './suites/terraform.ts';

/** In the order in which they run. */
export const suites: readonly Suite[] = [
  cli,
  repository,
  standAlone,
  server,
  manyStacks,
  mergeRequest,
  hosted,
  terraform,
  containers,
  ansible,
  oci,
];
