-- What a plan includes of the product: JSON text, read by the type `Entitlements`. A plan that says nothing includes nothing.
ALTER TABLE plans ADD COLUMN entitlements TEXT NOT NULL DEFAULT '{}';
UPDATE plans SET entitlements = '{"storageGB":1,"features":["sdk"]}' WHERE name = 'free';
UPDATE plans SET entitlements = '{"storageGB":10,"features":["sdk","sse"]}' WHERE name = 'starter';
UPDATE plans SET entitlements = '{"storageGB":100,"features":["sdk","ai-inference","sse","vault"]}' WHERE name = 'pro';
UPDATE plans SET entitlements = '{"storageGB":1000,"features":["sdk","enclaves","ai-training","ai-inference","sse","vault"]}'
    WHERE name = 'enterprise';
