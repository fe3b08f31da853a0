import { SegmentedControl } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { TrashKind } from '../../../src/domain/trash.ts';
import { paths } from '../../paths.ts';

/** Chooses which kind of items the trash shows. */
export function KindFilter({ kind }: { readonly kind: TrashKind | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const choose = (next: string) =>
    navigate(paths.trash({ kind: next === 'all' ? undefined : (next as TrashKind) }));
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
