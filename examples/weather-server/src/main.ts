import { startGatehouse } from 'gatehouse';
import { WeatherModule } from './weather.js';

const gatehouse = await startGatehouse({ capabilities: [WeatherModule] });
process.once('SIGTERM', () => void gatehouse.close());
