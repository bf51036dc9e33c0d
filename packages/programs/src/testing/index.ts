export { type AttackedMachine, findLoot, loot, openAttackedMachine } from './attacked-machine.ts';
