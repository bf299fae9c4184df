export { boot, type ListeningMessage } from './boot';
export { CoreModule } from './core.module';
export { database, volume } from './dependencies';
