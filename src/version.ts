/** The version of the platform, which its console, its command and /healthz say. */
export { version as VERSION } from '../package.json';
