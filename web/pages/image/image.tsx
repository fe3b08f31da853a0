import { Grid, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isMissing } from '../../api/error.ts';
import { type Image, type ImageName, imageQuery } from '../../api/images.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { paths } from '../../paths.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Missing } from '../../ui/missing.tsx';
import { AboutTab } from './about-tab.tsx';
import { Description } from './description.tsx';
import { Figures } from './figures.tsx';
import { ImageHeader } from './header.tsx';
import { HistoryTab } from './history-tab.tsx';
import { VersionsTab } from './versions-tab.tsx';
import { WaitingImage } from './waiting.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace/images/$image/');

const TABS = ['versions', 'history', 'about'] as const;

/** An image: its address, description, use and versions. */
export function ImageScreen() {
  const name = route.useParams();
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(imageQuery(name));
  if (error && isMissing(error)) return <Missing />;
  if (error && !data) return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  if (!data) return <WaitingImage title={name.image} />;
  return <Loaded name={name} image={data.data} />;
}

function Loaded({ name, image }: { readonly name: ImageName; readonly image: Image }) {
  const { t } = useTranslation();
  return (
    <>
      <ImageHeader name={name} image={image} />
      <CopyLine value={image.address} label={t('image.address')} />
      <Grid mt="md" align="stretch">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Description name={name} image={image} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Figures name={name} image={image} />
        </Grid.Col>
      </Grid>
      <ImageTabs name={name} image={image} />
    </>
  );
}

function ImageTabs({ name, image }: { readonly name: ImageName; readonly image: Image }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab = 'versions' } = route.useSearch();
  return (
    <Tabs
      mt="lg"
      value={tab}
      keepMounted={false}
      onChange={(next) => {
        const chosen = TABS.find((one) => one === next);
        void navigate(paths.image(name.workspace, name.image, { tab: chosen }));
      }}
    >
      <Tabs.List aria-label={t('image.tabs')}>
        {TABS.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {t(`image.tab.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="versions">
        <VersionsTab name={name} image={image} />
      </Tabs.Panel>
      <Tabs.Panel value="history">
        <HistoryTab name={name} image={image} />
      </Tabs.Panel>
      <Tabs.Panel value="about">
        <AboutTab image={image} />
      </Tabs.Panel>
    </Tabs>
  );
}
