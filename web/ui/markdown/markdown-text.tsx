import { Box, Typography } from '@mantine/core';
import { createElement, type ReactNode, useMemo } from 'react';
import { EscapedText } from '../foreign-text.tsx';
import { levelHeadings } from './level-headings.ts';
import classes from './markdown-text.module.css';
import { type MarkdownElement, type MarkdownNode, parseMarkdown } from './parse-markdown.ts';
import { PlainText } from './plain-text.tsx';
import { RemoteImage } from './remote-image.tsx';

interface MarkdownTextProps {
  readonly text: string;
  readonly level: number;
}

/** Renders Markdown without its HTML, or the text as it is if that would be too much to show. */
export function MarkdownText({ text, level }: MarkdownTextProps) {
  const nodes = useMemo(() => {
    const parsed = parseMarkdown(text);
    if (parsed) levelHeadings(parsed, level);
    return parsed;
  }, [text, level]);
  if (!nodes) return <PlainText text={text} />;
  return <Typography className={classes.text ?? ''}>{renderAll(nodes)}</Typography>;
}

const renderAll = (nodes: readonly MarkdownNode[]): ReactNode[] => nodes.map(render);

function render(node: MarkdownNode, key: number): ReactNode {
  if (typeof node === 'string') return <EscapedText key={key} text={node} hasLines />;
  const { tag, attributes } = node;
  switch (tag) {
    case 'img':
      return <RemoteImage key={key} src={attributes.src ?? ''} alt={attributes.alt ?? ''} />;
    case 'a':
      return (
        <a key={key} {...attributes} target="_blank" rel="noopener noreferrer nofollow">
          {renderAll(node.children)}
        </a>
      );
    // What is too wide can be scrolled, also by keyboard.
    case 'pre':
      return (
        <Box key={key} component="pre" tabIndex={0}>
          {renderAll(node.children)}
        </Box>
      );
    case 'table':
      return (
        <Box key={key} className={classes.wide ?? ''} tabIndex={0}>
          {renderPlain(node)}
        </Box>
      );
    default:
      return renderPlain(node, key);
  }
}

function renderPlain({ tag, attributes, children }: MarkdownElement, key?: number) {
  const { style, ...others } = attributes;
  const align = style?.split(':')[1];
  const props = { key, ...others, ...(align && { style: { textAlign: align } }) };
  return children.length === 0
    ? createElement(tag, props)
    : createElement(tag, props, renderAll(children));
}
