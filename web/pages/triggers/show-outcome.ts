import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../api/triggers.ts';
import { notify } from '../../ui/notices.tsx';

/** Shows what came of a request that a user has sent. */
export function useShowOutcome() {
  const { t } = useTranslation();
  return ({ outcome }: Delivery): void =>
    notify(t(outcome === 'delivered' ? 'triggers.taken' : 'triggers.notTaken'));
}
