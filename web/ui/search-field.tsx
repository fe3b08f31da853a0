import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface SearchFieldProps {
  readonly label: string;
  /** The current search, as in the address. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** How long typing has to rest before the search, in ms. */
const REST = 200;

/** Searches while the user types, but not while an input method composes. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const reported = useRef(value);
  const report = useDebouncedCallback((next: string) => {
    reported.current = next;
    onChange(next);
  }, REST);
  // Back and links change the address, too: their search replaces what was typed.
  useEffect(() => {
    if (value === reported.current) return;
    reported.current = value;
    setTyped(value);
  }, [value]);
  const onInput = ({ currentTarget, nativeEvent }: FormEvent<HTMLInputElement>) => {
    setTyped(currentTarget.value);
    const isComposing = nativeEvent instanceof InputEvent && nativeEvent.isComposing;
    if (!isComposing) report(currentTarget.value.trim());
  };
  const clear = () => {
    setTyped('');
    report('');
    report.flush();
  };
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed}
      maxLength={128}
      onChange={onInput}
      onCompositionEnd={onInput}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed !== '' && <CloseButton aria-label={t('common.clearSearch')} onClick={clear} />
      }
      w={{ base: '100%', xs: 280 }}
    />
  );
}
