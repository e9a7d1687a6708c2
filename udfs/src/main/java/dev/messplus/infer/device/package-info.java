/**
 * How a device that several TaskManagers meter is charged once.
 *
 * <pre>
 *   EnergyMeters ──CallsOnDevices──▶ DeviceBoard  ◀── those of other JVMs
 *   (each JVM)   ◀─CallsElsewhere─── (JobManager)
 * </pre>
 *
 * <p>Each JVM charges its own calls their part of all calls on a device, so that all JVMs together
 * charge what the device used.
 */
package dev.messplus.infer.device;
