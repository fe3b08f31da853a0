import { SegmentedControl } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { TrashItem } from '../../api/trash.ts';
import { paths } from '../../paths.ts';

type Kind = TrashItem['kind'];

/** Which kind of things the trash shows. */
export function KindFilter({ kind }: { readonly kind: Kind | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const choose = (next: string) =>
    navigate(paths.trash({ kind: next === 'all' ? undefined : (next as Kind) }));
  return (
    <SegmentedControl
      aria-label={t('trash.kinds')}
      value={kind ?? 'all'}
      onChange={(next) => void choose(next)}
      data={[
        { value: 'all', label: t('common.all') },
        { value: 'workspace', label: t('common.workspaces') },
        { value: 'image', label: t('trash.images') },
        { value: 'version', label: t('trash.versions') },
      ]}
    />
  );
}
