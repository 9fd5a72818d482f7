import { expect, test } from 'vitest';
import { needsBuildKit } from '../../../orchestrator/images/needs-buildkit.ts';

test.each<[string, string, number]>([
  ['FROM a\nRUN --mount=type=cache,target=/root/.npm npm ci', 'RUN --mount', 2],
  ['FROM a\n# RUN --mount\n\nRUN \\\n  --network=none \\\n  make', 'RUN --network', 4],
  ['FROM a\nCOPY --from=x --link /a /a', 'COPY --link', 2],
  ['FROM a\nadd --chmod=755 https://x.test/a /a', 'ADD --chmod', 2],
  ['FROM a\nRUN <<EOF\necho 1\nEOF', 'RUN <<EOF', 2],
  ['FROM a\nCOPY <<-"END" /etc/app.conf\na = 1\n\tEND\n', 'COPY <<END', 2],
  ['FROM --platform=$BUILDPLATFORM node:24 AS build\nRUN make', 'FROM --platform=$BUILDPLATFORM', 1],
])('%j needs BuildKit: %s', (text, what, line) => {
  expect(needsBuildKit(text)).toEqual({ what, line });
});

test.each([
  '# syntax=docker/dockerfile:1\nFROM --platform=linux/amd64 a AS x\nCOPY --from=x --chown=1:1 . .\nRUN npm ci --mount=no',
  'FROM a\nRUN cat <<< x && echo $((1<<20)) && echo "a <<b"',
  'FROM a\nENTRYPOINT ["app", "--mount=x"]\nHEALTHCHECK --interval=5s CMD true',
])('%j does not', (text) => {
  expect(needsBuildKit(text)).toBeUndefined();
});
