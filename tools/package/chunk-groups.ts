/**
 * What is joined into one file each. Loading a module costs a third of a millisecond whatever is in it,
 * and `trueup plan` and `apply` need two hundred of ours; functions that are not called cost nothing.
 */
export const chunkGroups: { readonly name: string; readonly test: RegExp }[] = [
  {
    name: 'cli',
    // But for the other commands, and what waits at its top level for its own imports.
    test: /apps\/cli\/src\/(?:output|report|server|stand-alone|commands\/(?:plan|apply)\.ts|(?!main\.ts)[a-z-]+\.ts)|node_modules\/commander/,
  },
  {
    name: 'stand-alone',
    test: /packages\/(?:diagnostics|engine|manifests|provider-sdk|secrets|structured-merge\/src\/fields|control-plane\/src\/(?:stand-alone|providers|stacks|runs))|node_modules\/js-yaml/,
  },
  {
    name: 'kubernetes',
    test: /providers\/kubernetes\/src|renderers\/(?:helm|kustomize)\/src\/(?:index|helm-renderer|kustomize-renderer|schema)/,
  },
];

/** Libraries that are joined as well; the package brings their licences. */
export const joinedLibraries: readonly string[] = ['commander', 'js-yaml'];
