export { answerAsGitlab, type GitlabStandInOptions } from './gitlab-stand-in.ts';
