// Command webpage serves images as JSON, in pages, for a web page with a "next"
// button:
//
//	go run -C examples ./webpage
//	curl 'localhost:8080/images?name=web-*&limit=5'
//
// Without -aws it lists from a local test server. With -aws it lists from AWS,
// with the default credential chain.
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "the `address` to serve on")
	useAWS := flag.Bool("aws", false, "list from AWS instead of a local test server")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *addr, *useAWS); err != nil {
		log.Fatal(err)
	}
}

func serve(ctx context.Context, addr string, useAWS bool) error {
	var client *ec2.Client
	if useAWS {
		cfg, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return err
		}
		client = ec2.NewFromConfig(cfg)
	} else {
		server := ec2imagestest.NewServer(ec2imagestest.Catalog(5000))
		defer server.Close()
		client = server.Client()
	}
	// Processes behind one load balancer need the same key.
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails

	mux := http.NewServeMux()
	mux.Handle("GET /images", &handler{client: client, key: key, owners: []string{"self", "amazon"}, timeout: 30 * time.Second})
	server := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	fmt.Printf("try: curl 'http://%s/images?name=web-*&limit=5'\n", addr)
	if err := server.ListenAndServe(); ctx.Err() == nil {
		return err
	}
	return nil
}
