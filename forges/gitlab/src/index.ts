export { createGitlabForge, type GitlabForgeOptions } from './gitlab-forge.ts';
