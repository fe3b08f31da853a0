import { useTranslation } from 'react-i18next';
import { ROLE_NAMES } from '../../ui/role-names.ts';

/** The roles of a project, to choose from. */
export function useRoleChoices() {
  const { t } = useTranslation();
  return Object.entries(ROLE_NAMES).map(([value, key]) => ({ value, label: t(key) }));
}
