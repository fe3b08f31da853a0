// Runs scripts/NAME.ts: `node scripts/run.js start --port 8080`.
// Plain JavaScript, so that a Node too old to read TypeScript can still say what is missing.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const wrangler = fileURLToPath(import.meta.resolve('../node_modules/wrangler/package.json'));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** @returns what keeps the scripts from running at all, or undefined */
function findObstacle() {
  if (!existsSync(wrangler)) {
    return 'the packages are not installed: run `npm ci` first';
  }
  if (major < 22 || (major === 22 && minor < 18)) {
    return `Node ${process.versions.node} is too old: use \`npm start\` after \`npm ci\`, which brings Node 24`;
  }
  return undefined;
}

const obstacle = findObstacle();
if (obstacle) {
  console.error(`orlop: ${obstacle}`);
  process.exit(1);
}
const [name] = process.argv.splice(2, 1);
await import(`./${name}.ts`);
