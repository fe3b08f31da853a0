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

/** Props of the menu of a MenuButton: the button as it is first rendered. */
export interface OpenMenuProps {
  readonly target: ReactElement<ButtonProps>;
}

interface MenuButtonProps<Props> {
  readonly button: ReactElement<ButtonProps>;
  /** Fetches the component of the menu; called again after a failure. */
  readonly load: () => Promise<ComponentType<Props & OpenMenuProps>>;
  /** Props of the menu besides its button. */
  readonly menu: Props;
}

/**
 * A button whose menu is fetched when it is pressed: menus and their positioning are a tenth of the
 * JavaScript that the first screen would load. If the menu cannot be fetched, the user sees a
 * notice, and the button can be pressed again.
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
  // Only a head start: a failure is reported when the button is pressed.
  const begin = () => void load().catch(() => {});
  return cloneElement(button, {
    'aria-haspopup': 'menu',
    onClick: () => void open(),
    onPointerEnter: begin,
    onFocus: begin,
  });
}
