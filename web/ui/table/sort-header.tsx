import { Group, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { defaultDirection, type SortDirection } from '../../../src/domain/lists.ts';
import type { Sort, SortKey } from './sort.ts';

interface SortHeaderProps<Key extends SortKey> {
  readonly label: string;
  readonly sortKey: Key | undefined;
  readonly sort: Sort<Key> | undefined;
  readonly onSort: ((sort: Sort<Key>) => void) | undefined;
}

/** The header of a column: a button if the list can be sorted by it. */
export function SortHeader<Key extends SortKey>(props: SortHeaderProps<Key>) {
  const { label, sortKey, sort, onSort } = props;
  const { t } = useTranslation();
  if (!sortKey || !onSort) return label;
  const isActive = sort?.by === sortKey;
  const Icon = !isActive ? IconArrowsSort : sort.order === 'asc' ? IconArrowUp : IconArrowDown;
  const turn = () =>
    onSort({ by: sortKey, order: nextOrder(sortKey, isActive ? sort : undefined) });
  return (
    <UnstyledButton
      onClick={turn}
      fw={700}
      fz="sm"
      aria-label={t('common.sortBy', { name: label })}
    >
      <Group gap={4} wrap="nowrap" component="span">
        {label}
        <Icon size={14} aria-hidden />
      </Group>
    </UnstyledButton>
  );
}

/** A second press reverses the order. */
function nextOrder(key: SortKey, active: Sort | undefined): SortDirection {
  if (!active) return defaultDirection(key);
  return active.order === 'asc' ? 'desc' : 'asc';
}
