import { Button, Group, NumberInput, Stack, TagsInput, Text } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { MAX_KEEP_DAYS, MAX_KEEP_LAST } from '../../../src/domain/retention.ts';
import { MAX_PATTERN_LENGTH, MAX_PATTERNS, TAG_PATTERN } from '../../../src/domain/tag-patterns.ts';
import type { RetentionRules } from '../../api/retention.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { RetentionPreview } from './preview.tsx';

interface RetentionRulesProps {
  readonly workspace: string;
  readonly rules: RetentionRules;
  /** Whether the user may change them. */
  readonly mayEdit: boolean;
}

/** The rules that are numbers, each with its maximum, and those that are patterns of tags. */
const NUMBERS = [
  ['keepLast', MAX_KEEP_LAST],
  ['keepDays', MAX_KEEP_DAYS],
] as const;
const PATTERNS = ['keepTags', 'immutableTags'] as const;

/** Sets which versions of a workspace are kept; a preview is shown before the rules are saved. */
export function RetentionRulesForm({ workspace, rules, mayEdit }: RetentionRulesProps) {
  const { t } = useTranslation();
  const preview = useDialog<RetentionRules>();
  const patternsFault = (patterns: readonly string[]) =>
    patterns.every(isPattern) ? null : t('retention.patternFault');
  const form = useForm({
    initialValues: toValues(rules),
    validate: { keepTags: patternsFault, immutableTags: patternsFault },
  });
  return (
    <>
      <form onSubmit={form.onSubmit((values) => preview.open(toRules(values)))}>
        <fieldset disabled={!mayEdit} style={{ border: 0, margin: 0, padding: 0 }}>
          <Stack maw={560}>
            <RuleFields form={form} />
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

type Values = ReturnType<typeof toValues>;

function RuleFields({ form }: { readonly form: UseFormReturnType<Values> }) {
  const { t } = useTranslation();
  return (
    <>
      {NUMBERS.map(([rule, most]) => (
        <NumberInput
          key={rule}
          label={t(`retention.${rule}`)}
          description={t(`retention.${rule}Text`)}
          placeholder={t('retention.off')}
          min={1}
          max={most}
          allowDecimal={false}
          {...form.getInputProps(rule)}
        />
      ))}
      {PATTERNS.map((rule) => (
        <TagsInput
          key={rule}
          label={t(`retention.${rule}`)}
          description={t(`retention.${rule}Text`)}
          placeholder={t('retention.patternExample')}
          clearable
          maxTags={MAX_PATTERNS}
          splitChars={[',', ' ']}
          {...form.getInputProps(rule)}
        />
      ))}
    </>
  );
}

const isPattern = (text: string) => text.length <= MAX_PATTERN_LENGTH && TAG_PATTERN.test(text);

/** An empty field stands for a rule that is off. */
function toValues({ keepLast, keepDays, keepTags, immutableTags }: RetentionRules) {
  return { keepLast: keepLast ?? '', keepDays: keepDays ?? '', keepTags, immutableTags };
}

function toRules(values: Values): RetentionRules {
  const { keepLast, keepDays } = values;
  return {
    ...values,
    keepLast: keepLast === '' ? null : Number(keepLast),
    keepDays: keepDays === '' ? null : Number(keepDays),
  };
}
