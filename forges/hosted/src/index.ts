export { createHostedForge, type HostedForgeOptions } from './hosted-forge.ts';
