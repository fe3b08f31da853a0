import { Box, Group, Text } from '@mantine/core';
import classes from './code-block.module.css';
import { CopyButton } from './copy-button.tsx';

interface CodeBlockProps {
  /** The file name, or a description. */
  readonly title: string;
  readonly code: string;
}

/** Lines of a file or of a shell, with a button to copy them. */
export function CodeBlock({ title, code }: CodeBlockProps) {
  return (
    <Box component="figure" className={classes.block ?? ''}>
      <Group component="figcaption" justify="space-between" wrap="nowrap" gap="xs" pl="sm" pr={4}>
        <Text component="span" size="xs" className="mono">
          {title}
        </Text>
        <CopyButton value={code} label={title} />
      </Group>
      <Box component="pre" role="group" tabIndex={0} aria-label={title}>
        <code>{code}</code>
      </Box>
    </Box>
  );
}
