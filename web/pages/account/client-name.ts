import { useTranslation } from 'react-i18next';
import { TEMPORARY_LOGIN } from '../../../src/domain/accounts.ts';
import { browserName } from '../../ui/browser-name.ts';

/** The name of the client that signed in, by its User-Agent header. */
export function useClientName(userAgent: string): string {
  const { t } = useTranslation();
  if (userAgent === TEMPORARY_LOGIN) return t('push.temporaryLogin');
  return browserName(userAgent) ?? t('common.unknown');
}
