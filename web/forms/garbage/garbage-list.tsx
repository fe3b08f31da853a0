import { Accordion, Group, List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CollectionPreview } from '../../api/collections.ts';
import { shortDigest } from '../../ui/digest.tsx';
import { useFormat } from '../../ui/format.ts';
import { Time } from '../../ui/time.tsx';

type Item = CollectionPreview['items'][number];

const REASONS = ['trash-emptied', 'trash-expired', 'untagged', 'unused'] as const;

/** Items of one reason that are listed; the rest is counted. */
const SHOWN = 20;

/** What would be deleted, grouped by reason; each group opens to its items. */
export function GarbageList({ items }: { readonly items: readonly Item[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const groups = REASONS.map((reason) => ({
    reason,
    found: items.filter((item) => item.reason === reason),
  })).filter(({ found }) => found.length > 0);
  if (groups.length === 0) return null;
  return (
    <section>
      <Text fw={600} mb={4}>
        {t('collections.goes')}
      </Text>
      <Accordion variant="contained">
        {groups.map(({ reason, found }) => (
          <Accordion.Item key={reason} value={reason}>
            <Accordion.Control>
              <Group justify="space-between" wrap="nowrap" pr="sm">
                <span>{t(`collections.reason.${reason}`)}</span>
                <Text span size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                  {format.number(found.length)} ·{' '}
                  {format.bytes(found.reduce((sum, { bytes }) => sum + bytes, 0))}
                </Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <Things items={found} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </section>
  );
}

function Things({ items }: { readonly items: readonly Item[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rest = items.length - SHOWN;
  return (
    <>
      <List size="sm" spacing={4}>
        {[...items.slice(0, SHOWN).entries()].map(([n, item]) => (
          // A name can be in the trash twice.
          <List.Item key={n} style={{ overflowWrap: 'anywhere' }}>
            {t(`collections.kind.${item.kind}`)} <code>{nameOf(item)}</code> ·{' '}
            {format.bytes(item.bytes)}
            {(item.kind === 'version' || item.kind === 'manifest') && (
              <LastUse value={item.lastUsedAt} />
            )}
          </List.Item>
        ))}
      </List>
      {rest > 0 && (
        <Text size="sm" c="dimmed">
          {t('collections.more', { count: rest })}
        </Text>
      )}
    </>
  );
}

function LastUse({ value }: { readonly value: string | null }) {
  const { t } = useTranslation();
  if (value === null) return <> · {t('collections.neverUsed')}</>;
  return (
    <>
      {' '}
      · {t('collections.lastUsed')} <Time value={value} />
    </>
  );
}

/** `api`, `api:v1`, or `api@` with the beginning of a digest. */
function nameOf({ kind, image, reference }: Item): string {
  if (kind === 'image') return image;
  return reference.includes(':') ? `${image}@${shortDigest(reference)}` : `${image}:${reference}`;
}
