import { Code, Group } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';

interface CopyLineProps {
  readonly value: string;
  readonly label: string;
}

/** A command or an address with a button that copies it as it stands. */
export function CopyLine({ value, label }: CopyLineProps) {
  return (
    <Group gap={4} wrap="nowrap">
      <Code block style={{ flex: 1, minWidth: 0, whiteSpace: 'pre-wrap' }} className="mono">
        {value}
      </Code>
      <CopyButton value={value} label={label} />
    </Group>
  );
}
