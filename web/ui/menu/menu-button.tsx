import { type ComponentType, cloneElement, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notifyError } from '../notices.tsx';

interface ButtonProps {
  readonly onClick?: () => void;
  readonly onPointerEnter?: () => void;
  readonly onFocus?: () => void;
  readonly 'aria-haspopup'?: 'menu';
  readonly autoFocus?: boolean;
}

/** What a menu in a file of its own is given: the button that it opens at as it is first drawn. */
export interface OpenMenuProps {
  readonly target: ReactElement<ButtonProps>;
}

interface MenuButtonProps<Props> {
  readonly button: ReactElement<ButtonProps>;
  /** Fetches the menu: it is asked again after it has failed. */
  readonly load: () => Promise<ComponentType<Props & OpenMenuProps>>;
  /** What the menu is given besides its button. */
  readonly menu: Props;
}

/**
 * A button whose menu is fetched when it is pressed: menus, and what places them, are a tenth of
 * the JavaScript that the first screen would load. If the menu cannot be fetched, the user is told
 * and the button stays, to be pressed again.
 */
export function MenuButton<Props>({ button, load, menu }: MenuButtonProps<Props>) {
  const { t } = useTranslation();
  const [Menu, setMenu] = useState<ComponentType<Props & OpenMenuProps>>();
  if (Menu) return <Menu {...menu} target={button} />;
  const open = () =>
    load().then(
      (loaded) => setMenu(() => loaded),
      () => notifyError(t('errors.offline')),
    );
  // Only a head start: pressing the button tells what goes wrong.
  const begin = () => void load().catch(() => {});
  return cloneElement(button, {
    'aria-haspopup': 'menu',
    onClick: () => void open(),
    onPointerEnter: begin,
    onFocus: begin,
  });
}
