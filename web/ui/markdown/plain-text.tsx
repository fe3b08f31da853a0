import { Text } from '@mantine/core';
import { ForeignText } from '../foreign-text.tsx';

/** Characters that are shown at first: all that a description may have. */
const MAX_SHOWN = 64 * 1024;

interface PlainTextProps {
  readonly text: string;
}

/** Markdown as it was written, for a text that cannot be rendered. */
export function PlainText({ text }: PlainTextProps) {
  return (
    <Text component="div" size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      <ForeignText text={text} hasLines limit={MAX_SHOWN} />
    </Text>
  );
}
