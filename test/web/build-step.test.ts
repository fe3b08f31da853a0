import { expect, test } from 'vitest';
import { buildStep } from '../../web/ui/build-step.ts';

test.each([
  ['/bin/sh -c #(nop)  CMD ["/bin/sh"]', 'CMD ["/bin/sh"]'],
  ['/bin/sh -c #(nop) ADD file:1f in / ', 'ADD file:1f in /'],
  ['/bin/sh -c apk add curl', 'RUN apk add curl'],
  ['RUN /bin/sh -c apk add curl # buildkit', 'RUN apk add curl'],
  ['RUN |2 A=1 B=two /bin/sh -c make # buildkit', 'RUN make'],
  ['COPY --chown=app dist/ /srv/ # buildkit', 'COPY --chown=app dist/ /srv/'],
  ['EXPOSE map[8080/tcp:{}]', 'EXPOSE map[8080/tcp:{}]'],
  ['bazel build ...', 'bazel build ...'],
])('%s is shown as %s', (createdBy, shown) => {
  expect(buildStep(createdBy)).toBe(shown);
});

test.each([
  ['arguments with several signs', `RUN |9 ${'a=b=c '.repeat(40)}`],
  ['blanks', `RUN make${' '.repeat(100_000)}x`],
])('a step of many %s takes no time', (_what, step) => {
  expect(buildStep(step)).toBe(step.trim());
});
