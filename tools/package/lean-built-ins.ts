import process from 'node:process';

import type { Plugin } from 'rolldown';

/**
 * Node's own modules that take 12 ms (`process`) and 35 ms (`http`) to import and none to ask for: an import reads every
 * member, and some of them load what nobody needs, such as a client for WebSockets.
 */
export const slowBuiltIns: readonly string[] = ['node:http', 'node:process'];

/** Asks Node for these modules in the place of importing them. */
export function leanBuiltIns(): Plugin {
  return {
    name: 'lean-built-ins',
    resolveId: {
      order: 'pre',
      handler: (id) => (slowBuiltIns.includes(id) ? { id: `\0${id}`, external: false } : undefined),
    },
    load(id) {
      const name = id.slice(1);
      if (!id.startsWith('\0') || !slowBuiltIns.includes(name)) return undefined;
      return toModule(name);
    },
  };
}

/** Members that nobody imports are left out when modules are joined, and so never read. */
function toModule(name: string): string {
  const members = Object.keys(process.getBuiltinModule(name) ?? {}).filter((one) =>
    /^[A-Za-z]\w*$/.test(one),
  );
  const exported = members.map((one) => `export const ${one} = /* @__PURE__ */ $read('${one}');`);
  return `const $built = process.getBuiltinModule('${name}');
const $read = (name) => $built[name];
export default $built;
${exported.join('\n')}
`;
}
