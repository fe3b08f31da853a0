import { useTranslation } from 'react-i18next';
import { paths } from '../paths.ts';
import { EmptyState } from './empty-state.tsx';
import { LinkButton } from './link.tsx';

/** What stands where a thing is not there, or not open to the person who looks. */
export function Missing() {
  const { t } = useTranslation();
  return (
    <EmptyState title={t('common.notFoundTitle')} text={t('common.notFoundText')}>
      <LinkButton {...paths.images()}>{t('common.toImages')}</LinkButton>
    </EmptyState>
  );
}
