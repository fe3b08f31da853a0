import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface SearchFieldProps {
  readonly label: string;
  /** What is searched for, as the address says it. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** How long typing rests before it is searched for, in ms. */
const REST = 200;

/** Searches as somebody types, but not for the letters that an input method composes from. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const tell = useDebouncedCallback((next: string) => {
    told.current = next;
    onChange(next);
  }, REST);
  // Back and links change the address, too: what they say replaces what was typed.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setTyped(value);
  }, [value]);
  const take = ({ currentTarget, nativeEvent }: FormEvent<HTMLInputElement>) => {
    setTyped(currentTarget.value);
    const isComposing = nativeEvent instanceof InputEvent && nativeEvent.isComposing;
    if (!isComposing) tell(currentTarget.value.trim());
  };
  const clear = () => {
    setTyped('');
    tell('');
    tell.flush();
  };
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed}
      maxLength={128}
      onChange={take}
      onCompositionEnd={take}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed !== '' && <CloseButton aria-label={t('common.clearSearch')} onClick={clear} />
      }
      w={{ base: '100%', xs: 280 }}
    />
  );
}
