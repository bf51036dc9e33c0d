import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import type { Plugin } from 'rolldown';

export interface Places {
  readonly root: string;
  /** Modules that stay where they are, without `.ts`. */
  readonly programs: readonly string[];
  /** The folder of the package in which all others end up. */
  readonly chunks: string;
}

/**
 * Modules find files by `import.meta`, from where they stand. Joined they stand elsewhere: this puts the
 * old place into the text, and brings along what they name by `new URL('…', import.meta.url)`, data
 * as it is and workers as modules.
 */
export function keepPlaces({ root, programs, chunks }: Places): Plugin {
  return {
    name: 'keep-places',
    transform(code, id) {
      const path = relative(root, id);
      if (!code.includes('import.meta') || path.startsWith('..')) return undefined;
      const named = code.replace(
        /new URL\(\s*'(?<name>\.[^']+)',\s*import\.meta\.url\s*\)/g,
        (_all, name: string) => {
          const file = join(dirname(path), name);
          const target = file.replace(/\.ts$/, '.js');
          if (target === file) {
            this.emitFile({
              type: 'asset',
              fileName: file,
              source: readFileSync(join(root, file)),
            });
          } else {
            this.emitFile({ type: 'chunk', id: join(root, file), fileName: target });
          }
          return `new URL(${JSON.stringify(toRoot(path) + target)}, import.meta.url)`;
        },
      );
      return named
        .replaceAll(
          'import.meta.dirname',
          `(import.meta.dirname + ${text(`/${toRoot(path)}${dirname(path)}`)})`,
        )
        .replace(
          /(?<!, )import\.meta\.url/g,
          `new URL(${text(toRoot(path) + path)}, import.meta.url).href`,
        );
    },
  };

  /** From where the module ends up. */
  function toRoot(path: string): string {
    const isProgram = programs.includes(path.replace(/\.ts$/, ''));
    return `${relative(isProgram ? dirname(path) : chunks, '.')}/`;
  }
}

const text = (value: string): string => JSON.stringify(value);
