import { useTranslation } from 'react-i18next';
import { paths } from '../paths.ts';
import { EmptyState } from './empty-state.tsx';
import { LinkButton } from './link.tsx';

/** Shown if a resource does not exist or is hidden from the user. */
export function Missing() {
  const { t } = useTranslation();
  return (
    <EmptyState title={t('common.notFoundTitle')} text={t('common.notFoundText')}>
      <LinkButton {...paths.images()}>{t('common.toImages')}</LinkButton>
    </EmptyState>
  );
}
