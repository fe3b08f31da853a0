import { Code, Group } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';

interface CopyLineProps {
  readonly value: string;
  readonly label: string;
  /** Shown instead of a value that contains a secret; the value itself is copied. */
  readonly shown?: string;
}

/** A command or an address with a button to copy it. */
export function CopyLine({ value, label, shown }: CopyLineProps) {
  return (
    <Group gap={4} wrap="nowrap" align="flex-start">
      <Code block style={{ flex: 1, minWidth: 0, whiteSpace: 'pre-wrap' }} className="mono">
        {shown ?? value}
      </Code>
      <CopyButton value={value} label={label} />
    </Group>
  );
}
