import { Box, Typography } from '@mantine/core';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { levelHeadings } from './level-headings.ts';
import classes from './markdown-text.module.css';
import { RemoteImage } from './remote-image.tsx';

interface MarkdownTextProps {
  readonly text: string;
  readonly level: number;
}

const SAFE_LINK = /^(?:https?:\/\/|mailto:)/i;

/** Addresses that are allowed in links and images; all others are removed. */
const keepSafe = (url: string) => (SAFE_LINK.test(url) ? url : '');

const components: Components = {
  a: ({ href, children }) =>
    href ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  img: ({ src, alt }) => <RemoteImage src={src ?? ''} alt={alt ?? ''} />,
  // A checkbox that cannot be checked is shown as a character.
  input: ({ checked }) => <span>{checked ? '☑' : '☐'}</span>,
  // What is too wide can be scrolled, also by keyboard.
  pre: ({ children }) => (
    <Box component="pre" tabIndex={0}>
      {children}
    </Box>
  ),
  table: ({ children }) => (
    <Box className={classes.wide ?? ''} tabIndex={0}>
      <table>{children}</table>
    </Box>
  ),
};

/** Renders Markdown without raw HTML and without links to anything but web and mail addresses. */
export function MarkdownText({ text, level }: MarkdownTextProps) {
  return (
    <Typography className={classes.text ?? ''}>
      <ReactMarkdown
        skipHtml
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[[levelHeadings, level]]}
        urlTransform={keepSafe}
        components={components}
      >
        {text}
      </ReactMarkdown>
    </Typography>
  );
}
