export { createGiteaForge, type GiteaForgeOptions } from './gitea-forge.ts';
