import { useTranslation } from 'react-i18next';
import type { VersionView } from '../../api/versions.ts';
import { Pairs } from '../../ui/facts.tsx';
import { Section } from '../../ui/section.tsx';

/** The annotations of a manifest. */
export function Annotations({ version: { annotations } }: { readonly version: VersionView }) {
  const { t } = useTranslation();
  const pairs = Object.entries(annotations);
  if (pairs.length === 0) return null;
  return (
    <Section title={t('version.annotations')}>
      <Pairs pairs={pairs} />
    </Section>
  );
}
