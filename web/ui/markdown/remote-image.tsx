import { Button } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

interface RemoteImageProps {
  readonly src: string;
  readonly alt: string;
}

/**
 * An image from another host in a description. Loading it would tell that host about the user, so
 * it is loaded only on a click. An image that is not https is shown as its text: browsers would not
 * load it here.
 */
export function RemoteImage({ src, alt }: RemoteImageProps) {
  const { t } = useTranslation();
  const [isWanted, setIsWanted] = useState(false);
  const host = hostOf(src);
  if (host === null) return <span>{alt}</span>;
  if (isWanted) return <img src={src} alt={alt} referrerPolicy="no-referrer" />;
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconPhoto size={14} aria-hidden />}
      title={src}
      h="auto"
      mih={26}
      maw="100%"
      styles={{ label: { whiteSpace: 'normal' } }}
      onClick={() => setIsWanted(true)}
    >
      {alt ? t('ui.loadNamedImage', { name: alt, host }) : t('ui.loadImage', { host })}
    </Button>
  );
}

function hostOf(src: string): string | null {
  const url = URL.parse(src);
  return url?.protocol === 'https:' ? url.host : null;
}
