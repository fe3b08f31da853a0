import { Box, Button, Code, Collapse, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { VersionView } from '../../api/versions.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Section } from '../../ui/section.tsx';

/** Characters of a manifest that are shown at first. */
const MAX_MANIFEST = 64 * 1024;

/** The manifest itself, shown on request, and copied as it was pushed. */
export function ManifestText({ version: { manifest } }: { readonly version: VersionView }) {
  const { t } = useTranslation();
  const [isOpen, text] = useDisclosure(false);
  return (
    <Section
      title={t('version.manifest')}
      aside={
        <Group gap="xs">
          <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} onClick={text.toggle}>
            {t(isOpen ? 'version.hideManifest' : 'version.showManifest')}
          </Button>
          <CopyButton value={manifest} label={t('version.manifest')} />
        </Group>
      }
    >
      <Collapse expanded={isOpen}>
        <Box component="div" tabIndex={0} mah={480} style={{ overflow: 'auto' }}>
          <Code block>
            {isOpen && <ForeignText text={indent(manifest)} hasLines limit={MAX_MANIFEST} />}
          </Code>
        </Box>
      </Collapse>
    </Section>
  );
}

/** Indents JSON; a manifest always is JSON. */
function indent(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2);
}
