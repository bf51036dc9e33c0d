export { commandList } from './command-list.ts';
export { createProgram, type ProgramOptions } from './program.ts';
