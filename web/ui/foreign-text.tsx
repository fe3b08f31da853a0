import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { showHidden, splitHidden } from '../../src/domain/hidden-characters.ts';
import classes from './foreign-text.module.css';
import { useFormat } from './format.ts';

/** Characters of a text that are shown at first. */
const SHOWN = 2000;

/** Characters of one that has no room for more: a link, a badge. */
const BRIEF = 120;

/** Hidden characters that are set apart; an element for each of a million would be too many. */
const MARKED = 500;

interface ForeignTextProps {
  readonly text: string;
  /** Whether it is shown with its line ends and tabs. */
  readonly hasLines?: boolean;
  /** Whether it is cut short, without a way to see all of it. */
  readonly isBrief?: boolean;
  /** Characters that are shown at first, instead of 2,000. */
  readonly limit?: number;
}

/**
 * A text that users or content brought: a long one is cut, characters that cannot be seen are shown
 * by their names, and its direction ends with it.
 */
export function ForeignText({ text, hasLines, isBrief, limit = SHOWN }: ForeignTextProps) {
  const [isWhole, setIsWhole] = useState(false);
  const { t } = useTranslation();
  const format = useFormat();
  const shown = isWhole ? text : cut(text, isBrief ? BRIEF : limit);
  const isCut = shown.length < text.length;
  return (
    <bdi className={`${classes.text} ${hasLines ? classes.lines : ''}`}>
      <EscapedText text={shown} {...(hasLines && { hasLines })} />
      {isCut && '…'}
      {isCut && !isBrief && (
        <Button size="compact-xs" variant="default" ml={6} onClick={() => setIsWhole(true)}>
          {t('ui.showWhole', { size: format.bytes(text.length) })}
        </Button>
      )}
    </bdi>
  );
}

interface EscapedTextProps {
  readonly text: string;
  readonly hasLines?: boolean;
}

/** A text whose hidden characters are shown by their names, within other text. */
export function EscapedText({ text, hasLines }: EscapedTextProps) {
  const parts = splitHidden(text, hasLines);
  const hidden = parts.filter(({ isHidden }) => isHidden);
  if (hidden.length > MARKED) return showHidden(text, hasLines);
  return [...parts.entries()].map(([n, part]) =>
    part.isHidden ? (
      <span key={n} className={classes.hidden}>
        {part.text}
      </span>
    ) : (
      part.text
    ),
  );
}

/** The beginning of a text, without half a character at its end. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
