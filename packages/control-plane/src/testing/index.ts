export {
  type Behaviour,
  StandInHooks,
  type TakenMessage,
} from '../alerts/testing/stand-in-hooks.ts';
export {
  type BenchOptions,
  ControlPlaneBench,
  configuration,
  thing,
  thingId,
} from './control-plane-bench.ts';
export { FakeGitRepository, type PushedFiles, type PushOptions } from './fake-git-repository.ts';
export { biggerShop, MergeRequestBench, shopAndBlog } from './merge-request-bench.ts';
