const sourceFile = 'trueup-source.yaml';

/** Where a stack says that its content lies in a registry. */
export function sourcePathOf(stackFolder: string): string {
  const folder = stackFolder.replace(/\/+$/, '');
  return folder === '' ? sourceFile : `${folder}/${sourceFile}`;
}
