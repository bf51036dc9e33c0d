export { createGithubForge, type GithubForgeOptions } from './github-forge.ts';
