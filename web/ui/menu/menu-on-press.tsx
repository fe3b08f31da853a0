import { cloneElement, type ReactElement, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notifyError } from '../notices.tsx';

interface ButtonProps {
  readonly onClick?: () => void;
  readonly onPointerEnter?: () => void;
  readonly onFocus?: () => void;
  readonly 'aria-haspopup'?: 'menu';
  readonly autoFocus?: boolean;
}

/** What a menu of a file of its own is given: the button that it opens at as it is first drawn. */
export interface PressedMenuProps {
  readonly target: ReactElement<ButtonProps>;
}

interface MenuOnPressProps {
  readonly button: ReactElement<ButtonProps>;
  /** Loads the menu's file, when somebody is about to press the button. */
  readonly prepare: () => Promise<unknown>;
  /** The menu, by a component that loads that file. */
  readonly children: (target: ReactElement<ButtonProps>) => ReactNode;
}

/**
 * A button whose menu comes when it is pressed: menus, and what places them, are a tenth of the
 * JavaScript that the first screen would load. Where the menu cannot be fetched the button stays,
 * to be pressed again.
 */
export function MenuOnPress({ button, prepare, children }: MenuOnPressProps) {
  const { t } = useTranslation();
  const [isReady, setReady] = useState(false);
  if (isReady) return <Suspense fallback={button}>{children(button)}</Suspense>;
  const open = () =>
    prepare().then(
      () => setReady(true),
      () => notifyError(t('errors.offline')),
    );
  // Only a head start: pressing tells what goes wrong.
  const begin = () => void prepare().catch(() => {});
  return cloneElement(button, {
    'aria-haspopup': 'menu',
    onClick: () => void open(),
    onPointerEnter: begin,
    onFocus: begin,
  });
}
