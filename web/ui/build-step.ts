/** What BuildKit adds to the end of a step. */
const MARK = '# buildkit';

/**
 * A build step as its author wrote it: without the shell and the marks that builders add. Takes
 * time that grows with the text, whatever is in it.
 */
export function buildStep(createdBy: string): string {
  const step = createdBy
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^\/bin\/sh -c /, 'RUN ')
    .replace(/^RUN (?:\|\d+ (?:[^\s=]+=\S* )*)?\/bin\/sh -c /, 'RUN ')
    .trim();
  return step.endsWith(MARK) ? step.slice(0, -MARK.length).trim() : step;
}
