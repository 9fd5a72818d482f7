#!/usr/bin/env node
// What `topolab` starts. Plain JavaScript, so that a Node that is too old says so in one line instead of failing at the first line of TypeScript.
const WANTED = 24;

if (Number(process.versions.node.split('.')[0]) < WANTED) {
  process.stderr.write(
    `topolab: this is Node ${process.versions.node}; Topolab needs ${WANTED} or newer\n  \u2192 Write npx topolab in its folder, which uses the Node that npm installed. If that says the same, npm ran no install scripts: npm install-scripts approve node esbuild && npm rebuild node esbuild\n`,
  );
  process.exitCode = 2;
} else {
  await import('./command-line/main.ts');
}
