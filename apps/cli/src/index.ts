export { commandList } from './command-list.ts';
export { exitCodes } from './exit-code.ts';
export { describeProgram } from './program.ts';
