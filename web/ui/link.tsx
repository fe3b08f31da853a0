import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import { type ComponentPropsWithRef, forwardRef } from 'react';

type AnchorLook = AnchorProps & Omit<ComponentPropsWithRef<'a'>, keyof AnchorProps>;
type ButtonLook = ButtonProps & Omit<ComponentPropsWithRef<'a'>, keyof ButtonProps>;

/** A link of the console in running text: `<TextLink {...paths.help()}>`. */
export const TextLink = createLink(
  forwardRef<HTMLAnchorElement, AnchorLook>((props, ref) => (
    <Anchor ref={ref} inherit {...props} />
  )),
);

/** A link of the console that looks like a button. */
export const LinkButton = createLink(
  forwardRef<HTMLAnchorElement, ButtonLook>((props, ref) => (
    <Button ref={ref} component="a" {...props} />
  )),
);
