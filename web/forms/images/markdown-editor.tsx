import { Group, Tabs, Text, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/format.ts';
import { Markdown } from '../../ui/markdown/markdown.tsx';

interface MarkdownEditorProps {
  readonly label: string;
  readonly value: string;
  /** Bytes of UTF-8 it may take. */
  readonly maxBytes: number;
  readonly onChange: (text: string) => void;
}

const HEIGHT = 340;

/** A text area for Markdown, with a preview. */
export function MarkdownEditor({ label, value, maxBytes, onChange }: MarkdownEditorProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const used = byteLength(value);
  const sizes = { used: format.binary(used), most: format.binary(maxBytes) };
  return (
    <Tabs defaultValue="write" keepMounted={false}>
      <Tabs.List mb="sm">
        <Tabs.Tab value="write">{t('images.write')}</Tabs.Tab>
        <Tabs.Tab value="preview">{t('images.preview')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="write">
        <Textarea
          aria-label={label}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          error={used > maxBytes && t('images.tooLong', sizes)}
          data-autofocus
          styles={{ input: { height: HEIGHT, fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      </Tabs.Panel>
      <Tabs.Panel value="preview" mih={HEIGHT}>
        {value.trim() === '' ? (
          <Text c="dimmed">{t('images.nothingToPreview')}</Text>
        ) : (
          <Markdown text={value} level={3} />
        )}
      </Tabs.Panel>
      <Group justify="space-between" mt={4} gap="xs">
        <Text size="sm" c="dimmed">
          {t('images.markdownHint')}
        </Text>
        <Text size="sm" c={used > maxBytes ? 'red' : 'dimmed'}>
          {t('images.bytesUsed', sizes)}
        </Text>
      </Group>
    </Tabs>
  );
}

/** Bytes of a text in UTF-8, as the server counts. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
