import { Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { VersionView } from '../../api/versions.ts';
import { buildStep } from '../../ui/build-step.ts';
import { Digest } from '../../ui/digest.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useFormat } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import { useCut } from '../../ui/use-cut.tsx';
import classes from './layers.module.css';

/** Layers and build steps that are shown at first. */
const SHOWN = 100;

type Layer = VersionView['layers'][number];

/** Layers with the build steps that made them, and their share of the size. */
export function Layers({ version: { layers } }: { readonly version: VersionView }) {
  const { t } = useTranslation();
  const format = useFormat();
  // A build may repeat a step, and an image a layer: only the index is unique.
  const numbered = layers.map((layer, place) => ({ layer, place }));
  const { shown, more } = useCut(numbered, SHOWN);
  if (layers.length === 0) return null;
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  const count = layers.filter(({ digest }) => digest !== null).length;
  return (
    <Section
      title={t('version.layers')}
      aside={`${t('version.layerCount', { count })} · ${format.bytes(total)}`}
    >
      <ol className={classes.layers}>
        {shown.map(({ layer, place }) => (
          <li key={place} className={classes.layer}>
            <Step layer={layer} />
            <Share layer={layer} total={total} />
          </li>
        ))}
      </ol>
      {more}
    </Section>
  );
}

function Step({
  layer: { createdBy, comment, digest, urls, isElsewhere },
}: {
  readonly layer: Layer;
}) {
  const { t } = useTranslation();
  const step = createdBy === null ? comment : buildStep(createdBy);
  return (
    <div className={classes.step}>
      <Text component="code" size="xs" c={digest === null ? 'dimmed' : ''}>
        {step === null ? t('version.noStep') : <ForeignText text={step} hasLines />}
      </Text>
      {isElsewhere && (
        <Text size="xs" c="dimmed">
          {t('version.elsewhere')} <ForeignText text={urls.join(', ')} isBrief />
        </Text>
      )}
    </div>
  );
}

interface ShareProps {
  readonly layer: Layer;
  readonly total: number;
}

function Share({ layer: { digest, size }, total }: ShareProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (digest === null) {
    return (
      <Text size="xs" c="dimmed">
        {t('version.noLayer')}
      </Text>
    );
  }
  const share = total === 0 ? 0 : size / total;
  return (
    <div>
      <Group justify="space-between" gap={4}>
        <Digest value={digest} />
        <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
          {format.bytes(size)} · {format.percent(share)}
        </Text>
      </Group>
      <Progress value={share * 100} size="sm" aria-label={t('version.share')} />
    </div>
  );
}
