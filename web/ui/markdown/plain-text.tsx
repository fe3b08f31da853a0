import { Text } from '@mantine/core';

interface PlainTextProps {
  readonly text: string;
}

/** Markdown as it was written, for a text that cannot be rendered. */
export function PlainText({ text }: PlainTextProps) {
  return (
    <Text component="div" size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {text}
    </Text>
  );
}
