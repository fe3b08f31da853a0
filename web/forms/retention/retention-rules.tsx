import { Button, Group, NumberInput, Stack, TagsInput, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { RetentionRules } from '../../api/retention.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { RetentionPreview } from './preview.tsx';

interface RetentionRulesProps {
  readonly workspace: string;
  readonly rules: RetentionRules;
  /** Whether the person may change them. */
  readonly mayEdit: boolean;
}

/** Longest pattern, and most of them, that the server takes. */
const MOST = { length: 50, patterns: 20, kept: 1000, days: 3650 };

/** Says which versions of a workspace are kept; what they do is shown before they are saved. */
export function RetentionRulesForm({ workspace, rules, mayEdit }: RetentionRulesProps) {
  const { t } = useTranslation();
  const preview = useDialog<RetentionRules>();
  const patternsFault = (patterns: readonly string[]) =>
    patterns.every((one) => one.length <= MOST.length && /^[\w.*?-]+$/.test(one))
      ? null
      : t('retention.patternFault');
  const form = useForm({
    initialValues: toValues(rules),
    validate: { keepTags: patternsFault, immutableTags: patternsFault },
  });
  const patterns = { clearable: true, maxTags: MOST.patterns, splitChars: [',', ' '] };
  return (
    <>
      <form onSubmit={form.onSubmit((values) => preview.open(toRules(values)))}>
        <fieldset disabled={!mayEdit} style={{ border: 0, margin: 0, padding: 0 }}>
          <Stack maw={560}>
            <NumberInput
              label={t('retention.keepLast')}
              description={t('retention.keepLastText')}
              placeholder={t('retention.off')}
              min={1}
              max={MOST.kept}
              allowDecimal={false}
              {...form.getInputProps('keepLast')}
            />
            <NumberInput
              label={t('retention.keepDays')}
              description={t('retention.keepDaysText')}
              placeholder={t('retention.off')}
              min={1}
              max={MOST.days}
              allowDecimal={false}
              {...form.getInputProps('keepDays')}
            />
            <TagsInput
              label={t('retention.keepTags')}
              description={t('retention.keepTagsText')}
              placeholder={t('retention.patternExample')}
              {...patterns}
              {...form.getInputProps('keepTags')}
            />
            <TagsInput
              label={t('retention.immutableTags')}
              description={t('retention.immutableTagsText')}
              placeholder={t('retention.patternExample')}
              {...patterns}
              {...form.getInputProps('immutableTags')}
            />
            {mayEdit ? (
              <Group>
                <Button type="submit" disabled={!form.isDirty()}>
                  {t('retention.previewAndSave')}
                </Button>
              </Group>
            ) : (
              <Text size="sm" c="dimmed">
                {t('retention.askOwner')}
              </Text>
            )}
          </Stack>
        </fieldset>
      </form>
      {preview.about && (
        <RetentionPreview
          workspace={workspace}
          rules={preview.about}
          onSaved={() => form.resetDirty()}
          {...preview.props}
        />
      )}
    </>
  );
}

/** An empty field stands for a rule that is off. */
function toValues({ keepLast, keepDays, keepTags, immutableTags }: RetentionRules) {
  return { keepLast: keepLast ?? '', keepDays: keepDays ?? '', keepTags, immutableTags };
}

function toRules(values: ReturnType<typeof toValues>): RetentionRules {
  const { keepLast, keepDays } = values;
  return {
    ...values,
    keepLast: keepLast === '' ? null : Number(keepLast),
    keepDays: keepDays === '' ? null : Number(keepDays),
  };
}
